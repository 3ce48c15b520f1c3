/* Puts visits in order from where the phone is, if its owner lets it say so. */
const form = document.querySelector("form[data-start]");
const button = form.querySelector("[data-here]");
const field = form.querySelector("input[name=start]");
const unplaced = form.querySelector("[data-unplaced]");

button.hidden = !navigator.geolocation;
button.addEventListener("click", () => {
  unplaced.hidden = true;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      field.value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
      form.submit();
    },
    () => {
      unplaced.hidden = false;
      field.focus();
    },
    { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
  );
});
