"""English names for the Japanese ones the library gives."""

ENGLISH = {
    "元日": "New Year's Day",
    "成人の日": "Coming of Age Day",
    "建国記念の日": "National Foundation Day",
    "天皇誕生日": "Emperor's Birthday",
    "春分の日": "Vernal Equinox Day",
    "昭和の日": "Showa Day",
    "憲法記念日": "Constitution Memorial Day",
    "みどりの日": "Greenery Day",
    "こどもの日": "Children's Day",
    "海の日": "Marine Day",
    "山の日": "Mountain Day",
    "敬老の日": "Respect for the Aged Day",
    "秋分の日": "Autumnal Equinox Day",
    "体育の日": "Health and Sports Day",
    "スポーツの日": "Sports Day",
    "文化の日": "Culture Day",
    "勤労感謝の日": "Labor Thanksgiving Day",
    "国民の休日": "Citizens' Holiday",
}
SUBSTITUTE = " 振替休日"


def in_english(name_ja: str) -> str:
    """Empty for a name nobody has translated yet."""
    own = name_ja.removesuffix(SUBSTITUTE)
    if own not in ENGLISH:
        return ""
    return ENGLISH[own] if own == name_ja else f"{ENGLISH[own]} (substitute holiday)"
