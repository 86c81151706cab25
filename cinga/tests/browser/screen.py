"""Whether a page fits its screen."""

# What stands beyond the edge, to be named when a page is too wide.
TOO_WIDE = """() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= window.innerWidth) return [];
  return [...document.querySelectorAll('body *')]
    .filter(element => {
      const box = element.getBoundingClientRect();
      return box.width && (box.right > edge + 1 || box.left < -1);
    })
    .map(element => element.outerHTML.slice(0, 100))
    .concat('the page');
}"""


def check_fit(page):
    """Nothing has to be pushed sideways."""
    assert page.evaluate(TOO_WIDE) == [], page.url
