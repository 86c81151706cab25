// Says on the page what the library would only write to the console.
document.addEventListener("allauth.error", function (event) {
  const problem = document.getElementById("passkey-problem");
  if (problem) {
    event.preventDefault();
    problem.hidden = false;
    problem.focus();
  }
});
