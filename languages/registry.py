"""The interface languages: what each is called, how it is written and counted.

Imported by the settings, so it knows nothing of them: which of these languages are
offered is `COMPLETE_LANGUAGES`, read in `languages.negotiation`.
"""

from dataclasses import dataclass

from django.conf import locale as django_locale

ONE_FORM = "nplurals=1; plural=0;"
ONE_IS_SINGULAR = "nplurals=2; plural=(n != 1);"
ZERO_AND_ONE_ARE_SINGULAR = "nplurals=2; plural=(n > 1);"
EAST_SLAVIC = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<10 || n%100>=20) ? 1 : 2);"
)


@dataclass(frozen=True)
class Language:
    code: str  # in URLs, settings and the database
    tag: str  # BCP 47, for lang="" and hreflang=""
    autonym: str
    name_ja: str
    name_en: str
    script: str  # ISO 15924: decides line height and letter spacing
    plural_forms: str
    locale: str  # the directory under locale/
    direction: str = "ltr"

    @property
    def is_rtl(self):
        return self.direction == "rtl"

    @property
    def plural_count(self):
        return int(self.plural_forms.removeprefix("nplurals=").partition(";")[0])

    def __str__(self):
        return self.autonym


def _language(code, autonym, name_ja, name_en, script, plural_forms, **others):
    """A language whose tag and locale directory are its code, unless told otherwise."""
    others.setdefault("tag", code)
    others.setdefault("locale", code)
    return Language(
        code, others.pop("tag"), autonym, name_ja, name_en, script, plural_forms, **others
    )


LANGUAGES = (
    _language("ja", "日本語", "日本語", "Japanese", "Jpan", ONE_FORM),
    _language(
        "ja-simple",
        "やさしい日本語",
        "やさしい日本語",
        "Easy Japanese",
        "Jpan",
        ONE_FORM,
        locale="ja_Simple",
    ),
    _language("en", "English", "英語", "English", "Latn", ONE_IS_SINGULAR),
    _language(
        "zh-hans",
        "简体中文",
        "中国語(簡体字)",
        "Chinese (simplified)",
        "Hans",
        ONE_FORM,
        tag="zh-Hans",
        locale="zh_Hans",
    ),
    _language(
        "zh-hant",
        "繁體中文",
        "中国語(繁体字)",
        "Chinese (traditional)",
        "Hant",
        ONE_FORM,
        tag="zh-Hant",
        locale="zh_Hant",
    ),
    _language("ko", "한국어", "韓国語", "Korean", "Kore", ONE_FORM),
    _language("vi", "Tiếng Việt", "ベトナム語", "Vietnamese", "Latn", ONE_FORM),
    _language(
        "fil",
        "Filipino / Tagalog",
        "フィリピノ語(タガログ語)",
        "Filipino (Tagalog)",
        "Latn",
        ONE_IS_SINGULAR,
    ),
    _language("ne", "नेपाली", "ネパール語", "Nepali", "Deva", ONE_IS_SINGULAR),
    _language(
        "pt-br",
        "Português (Brasil)",
        "ポルトガル語(ブラジル)",
        "Portuguese (Brazil)",
        "Latn",
        ZERO_AND_ONE_ARE_SINGULAR,
        tag="pt-BR",
        locale="pt_BR",
    ),
    _language("id", "Bahasa Indonesia", "インドネシア語", "Indonesian", "Latn", ONE_FORM),
    _language("my", "မြန်မာဘာသာ", "ミャンマー語(ビルマ語)", "Burmese", "Mymr", ONE_FORM),
    _language("es", "Español", "スペイン語", "Spanish", "Latn", ONE_IS_SINGULAR),
    _language("th", "ไทย", "タイ語", "Thai", "Thai", ONE_FORM),
    _language("km", "ខ្មែរ", "クメール語(カンボジア語)", "Khmer", "Khmr", ONE_FORM),
    _language("mn", "Монгол", "モンゴル語", "Mongolian", "Cyrl", ONE_IS_SINGULAR),
    _language("si", "සිංහල", "シンハラ語", "Sinhala", "Sinh", ONE_IS_SINGULAR),
    _language("bn", "বাংলা", "ベンガル語", "Bengali", "Beng", ONE_IS_SINGULAR),
    _language("ur", "اردو", "ウルドゥー語", "Urdu", "Arab", ONE_IS_SINGULAR, direction="rtl"),
    _language("hi", "हिन्दी", "ヒンディー語", "Hindi", "Deva", ONE_IS_SINGULAR),
    _language("ru", "Русский", "ロシア語", "Russian", "Cyrl", EAST_SLAVIC),
    _language("uk", "Українська", "ウクライナ語", "Ukrainian", "Cyrl", EAST_SLAVIC),
    _language("fr", "Français", "フランス語", "French", "Latn", ZERO_AND_ONE_ARE_SINGULAR),
)
_BY_CODE = {language.code: language for language in LANGUAGES}


def get(code):
    """The language of this code. Raises KeyError when there is none."""
    return _BY_CODE[code]


def install():
    """Tell Django the languages it does not know and the names it has wrong."""
    for language in LANGUAGES:
        django_locale.LANG_INFO[language.code] = {
            "bidi": language.is_rtl,
            "code": language.code,
            "name": language.name_en,
            "name_local": language.autonym,
        }
