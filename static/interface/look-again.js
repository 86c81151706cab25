// Loads the page again after a while, for somebody who waits before it. Not while the
// page is out of sight, and not when somebody types, chooses or has opened something. Not for
// pages of staff: it would keep the session of somebody alive who has gone away.
(function () {
  const place = document.querySelector("[data-look-again]");
  if (!place) return;
  const isBusy = () =>
    document.hidden ||
    document.querySelector("main details[open], #content details[open]") !== null ||
    (document.activeElement !== null && document.activeElement.matches("input, textarea, select"));
  setInterval(() => {
    if (!isBusy()) location.reload();
  }, Number(place.dataset.lookAgain) * 1000);
})();
