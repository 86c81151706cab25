"""A QR code as inline SVG: no file, no script, nothing from elsewhere."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str) -> SafeString:
    """Black on white with its quiet zone; the page says beside it what it is for."""
    # Made of squares alone: nothing of the text stands in the markup.
    return mark_safe(
        segno.make(text, error="m", micro=False).svg_inline(
            border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
        )
    )
