"""The rows of the match list, written here: in a template two thousand cost three times as much."""

from collections.abc import Mapping, Sequence

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from interpreters.matching import Match


def match_rows(
    matches: Sequence[Match], *, phones: Mapping[int, str], may_ask: bool, choose: str, label: str
) -> SafeString:
    """One row for each; `choose` is the address that the button `label` posts to."""
    # Everybody shares the same few reasons.
    reasons = {}
    box = '<td><input type="checkbox" name="interpreter" value="{}" aria-label="{}"{}></td>'
    button = format_html(
        '<button class="button" name="assign" value="{{}}" formaction="{}" type="submit">{}</button>',
        choose,
        label,
    )
    rows = []
    for match in matches:
        person = match.candidate
        name = escape(person.name)
        cells = []
        if may_ask:
            is_closed = match.is_asked or not match.fits
            cells.append(box.format(person.pk, name, " disabled" if is_closed else ""))
        phone = phones.get(person.pk)
        call = format_html('<br><a href="tel:{0}">{0}</a>', phone) if phone else ""
        said = "".join(
            [
                reasons.get(finding) or reasons.setdefault(finding, _reason(finding))
                for finding in match.findings
            ]
        )
        rows.append(
            f"<tr{'' if match.fits else NO}>{''.join(cells)}"
            f'<th scope="row">{name}{call}</th><td><ul>{said}</ul></td>'
            f"<td>{person.this_month}</td>"
            f"<td>{button.format(person.pk) if match.fits else ''}</td></tr>"
        )
    return mark_safe("".join(rows))  # noqa: S308 each part is escaped above


NO = ' class="matches__no"'


def _reason(finding):
    return format_html(
        '<li class="finding finding--{}">{}</li>', finding.weight.value, finding.text
    )
