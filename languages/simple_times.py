"""Times in やさしい日本語: 12 hours with 午前/午後, no 「〜」, a reading on every kanji."""

WEEKDAYS = (
    "{月曜日|げつようび}",
    "{火曜日|かようび}",
    "{水曜日|すいようび}",
    "{木曜日|もくようび}",
    "{金曜日|きんようび}",
    "{土曜日|どようび}",
    "{日曜日|にちようび}",
)
# The days of the month that are not read number + にち.
DAY_READINGS = {
    1: "ついたち",
    2: "ふつか",
    3: "みっか",
    4: "よっか",
    5: "いつか",
    6: "むいか",
    7: "なのか",
    8: "ようか",
    9: "ここのか",
    10: "とおか",
    14: "じゅうよっか",
    20: "はつか",
    24: "にじゅうよっか",
}
# 分 is ふん after numbers that end so, ぷん after the others.
FUN_DIGITS = {2, 5, 7, 9}
JAPAN_TIME = "{日本|にほん}の {時間|じかん} (JST)"


def day(date):
    number = date.day
    day_of_month = (
        f"{{{number}日|{DAY_READINGS[number]}}}"
        if number in DAY_READINGS
        else f"{number}{{日|にち}}"
    )
    weekday = WEEKDAYS[date.weekday()]
    return f"{date.year}{{年|ねん}} {date.month}{{月|がつ}} {day_of_month} ({weekday})"


def month(date):
    return f"{date.year}{{年|ねん}} {date.month}{{月|がつ}}"


def weekday(date, *, is_short=False):
    named = WEEKDAYS[date.weekday()]
    # 「{月曜日|げつようび}」 in the head of a calendar is 「{月|げつ}」.
    return f"{{{named[1]}|{named.split('|')[1].removesuffix('ようび}')}}}" if is_short else named


def clock(time):
    half = "{午前|ごぜん}" if time.hour < 12 else "{午後|ごご}"
    hours = f"{half} {time.hour % 12}{{時|じ}}"
    if not time.minute:
        return hours
    reading = "ふん" if time.minute % 10 in FUN_DIGITS else "ぷん"
    return f"{hours} {time.minute}{{分|{reading}}}"


def span(start, end):
    return f"{start}から {end}まで"
