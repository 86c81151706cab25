"""A mail server that accepts everything, after a delay, and counts it.

python -m bench.sink PORT DELAY_SECONDS
"""

import asyncio
import sys


async def serve(port, delay):
    async def talk(reader, writer):
        async def say(line):
            writer.write(line + b"\r\n")
            await writer.drain()

        await say(b"220 sink")
        while line := await reader.readline():
            command = line[:4].upper()
            if command == b"EHLO":
                await say(b"250 8BITMIME")
            elif command == b"DATA":
                await say(b"354 go on")
                while (await reader.readline()) not in (b".\r\n", b""):
                    pass
                await asyncio.sleep(delay)
                await say(b"250 kept")
            elif command == b"QUIT":
                await say(b"221 bye")
                break
            else:
                await say(b"250 ok")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
