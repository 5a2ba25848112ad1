// Finding by typing. Every page is complete without it.
"use strict";
(() => {
  const list = document.getElementById("names");
  const filter = document.getElementById("filter");
  if (!list || !filter) return;
  const items = [...list.children].map((item) => ({
    item,
    link: item.querySelector("a"),
    text: `${item.textContent} ${item.dataset.also}`.toLowerCase(),
  }));
  const count = document.getElementById("count");
  const show = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { item, text } of items) {
      item.hidden = !words.every((word) => text.includes(word));
      if (!item.hidden) shown += 1;
    }
    count.textContent = words.length ? `${shown} of ${items.length}` : "";
  };
  filter.closest("div").hidden = false;
  filter.addEventListener("input", show);
  filter.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const first = items.find(({ item }) => !item.hidden);
    if (first) location.href = first.link.href;
  });
  const asked = (new URLSearchParams(location.search).get("q") || "").trim();
  if (!asked) return;
  filter.value = asked;
  show();
  const exact = items.find(({ link }) => link.textContent.toLowerCase() === asked.toLowerCase());
  if (exact) location.replace(exact.link.href);
  else filter.focus();
})();
