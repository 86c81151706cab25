"""The 47 prefectures by their code of JIS X 0401, in its order. No database."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Prefecture(NamedTuple):
    """A prefecture, and where its tile stands on a map of Japan in squares."""

    code: str
    name_ja: str
    kana: str
    # Its name in Latin letters; translated where it is shown.
    latin: str
    name: str
    column: int
    row: int


ALL = [
    Prefecture("01", "北海道", "ほっかいどう", "Hokkaido", _("Hokkaido"), 15, 1),
    Prefecture("02", "青森県", "あおもりけん", "Aomori", _("Aomori"), 14, 2),
    Prefecture("03", "岩手県", "いわてけん", "Iwate", _("Iwate"), 14, 3),
    Prefecture("04", "宮城県", "みやぎけん", "Miyagi", _("Miyagi"), 14, 4),
    Prefecture("05", "秋田県", "あきたけん", "Akita", _("Akita"), 13, 3),
    Prefecture("06", "山形県", "やまがたけん", "Yamagata", _("Yamagata"), 13, 4),
    Prefecture("07", "福島県", "ふくしまけん", "Fukushima", _("Fukushima"), 13, 5),
    Prefecture("08", "茨城県", "いばらきけん", "Ibaraki", _("Ibaraki"), 14, 6),
    Prefecture("09", "栃木県", "とちぎけん", "Tochigi", _("Tochigi"), 13, 6),
    Prefecture("10", "群馬県", "ぐんまけん", "Gunma", _("Gunma"), 12, 6),
    Prefecture("11", "埼玉県", "さいたまけん", "Saitama", _("Saitama"), 12, 7),
    Prefecture("12", "千葉県", "ちばけん", "Chiba", _("Chiba"), 14, 7),
    Prefecture("13", "東京都", "とうきょうと", "Tokyo", _("Tokyo"), 13, 7),
    Prefecture("14", "神奈川県", "かながわけん", "Kanagawa", _("Kanagawa"), 12, 8),
    Prefecture("15", "新潟県", "にいがたけん", "Niigata", _("Niigata"), 12, 5),
    Prefecture("16", "富山県", "とやまけん", "Toyama", _("Toyama"), 10, 6),
    Prefecture("17", "石川県", "いしかわけん", "Ishikawa", _("Ishikawa"), 9, 6),
    Prefecture("18", "福井県", "ふくいけん", "Fukui", _("Fukui"), 9, 7),
    Prefecture("19", "山梨県", "やまなしけん", "Yamanashi", _("Yamanashi"), 11, 7),
    Prefecture("20", "長野県", "ながのけん", "Nagano", _("Nagano"), 11, 6),
    Prefecture("21", "岐阜県", "ぎふけん", "Gifu", _("Gifu"), 10, 7),
    Prefecture("22", "静岡県", "しずおかけん", "Shizuoka", _("Shizuoka"), 11, 8),
    Prefecture("23", "愛知県", "あいちけん", "Aichi", _("Aichi"), 10, 8),
    Prefecture("24", "三重県", "みえけん", "Mie", _("Mie"), 10, 9),
    Prefecture("25", "滋賀県", "しがけん", "Shiga", _("Shiga"), 9, 8),
    Prefecture("26", "京都府", "きょうとふ", "Kyoto", _("Kyoto"), 8, 7),
    Prefecture("27", "大阪府", "おおさかふ", "Osaka", _("Osaka"), 8, 8),
    Prefecture("28", "兵庫県", "ひょうごけん", "Hyogo", _("Hyogo"), 7, 7),
    Prefecture("29", "奈良県", "ならけん", "Nara", _("Nara"), 9, 9),
    Prefecture("30", "和歌山県", "わかやまけん", "Wakayama", _("Wakayama"), 8, 9),
    Prefecture("31", "鳥取県", "とっとりけん", "Tottori", _("Tottori"), 6, 7),
    Prefecture("32", "島根県", "しまねけん", "Shimane", _("Shimane"), 5, 7),
    Prefecture("33", "岡山県", "おかやまけん", "Okayama", _("Okayama"), 6, 8),
    Prefecture("34", "広島県", "ひろしまけん", "Hiroshima", _("Hiroshima"), 5, 8),
    Prefecture("35", "山口県", "やまぐちけん", "Yamaguchi", _("Yamaguchi"), 4, 8),
    Prefecture("36", "徳島県", "とくしまけん", "Tokushima", _("Tokushima"), 7, 11),
    Prefecture("37", "香川県", "かがわけん", "Kagawa", _("Kagawa"), 7, 10),
    Prefecture("38", "愛媛県", "えひめけん", "Ehime", _("Ehime"), 6, 10),
    Prefecture("39", "高知県", "こうちけん", "Kochi", _("Kochi"), 6, 11),
    Prefecture("40", "福岡県", "ふくおかけん", "Fukuoka", _("Fukuoka"), 3, 9),
    Prefecture("41", "佐賀県", "さがけん", "Saga", _("Saga"), 2, 9),
    Prefecture("42", "長崎県", "ながさきけん", "Nagasaki", _("Nagasaki"), 1, 9),
    Prefecture("43", "熊本県", "くまもとけん", "Kumamoto", _("Kumamoto"), 3, 10),
    Prefecture("44", "大分県", "おおいたけん", "Oita", _("Oita"), 4, 9),
    Prefecture("45", "宮崎県", "みやざきけん", "Miyazaki", _("Miyazaki"), 4, 10),
    Prefecture("46", "鹿児島県", "かごしまけん", "Kagoshima", _("Kagoshima"), 3, 11),
    Prefecture("47", "沖縄県", "おきなわけん", "Okinawa", _("Okinawa"), 1, 12),
]
BY_CODE = {prefecture.code: prefecture for prefecture in ALL}
PREFECTURES = {prefecture.code: prefecture.name_ja for prefecture in ALL}
CODES = {prefecture.name_ja: prefecture.code for prefecture in ALL}

# What a journey's report calls by a wider or narrower name than a prefecture.
REGIONS = {
    "四国": _("Shikoku"),
    "近畿": _("Kinki"),
    "中国": _("Chugoku (west of Honshu)"),
    "九州": _("Kyushu"),
    "名古屋": _("Nagoya"),
}


def place_name(place: str) -> str:
    """A region or prefecture, with or without its ending, in the active language.

    Any other place stays as it is written.
    """
    name = place.removesuffix("地方")
    if name in REGIONS:
        return str(REGIONS[name])
    # 京都 is short for 京都府, and 北海道 never gets shorter.
    found = next((each for each in ALL if each.name_ja in {name, name + each.name_ja[-1]}), None)
    return str(found.name) if found else place
