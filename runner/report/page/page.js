// Filters only: everything can be read without them.
"use strict";
(() => {
  const quiet = new Set(["pass", "skip", "known_deviation"]);
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const nothing = document.getElementById("nothing");
  const groups = [...document.querySelectorAll(".group")].map((node) => ({
    node,
    name: node.dataset.group,
    cases: [...node.querySelectorAll(".case")].map((item) => ({
      node: item,
      outcome: item.dataset.outcome,
      claimClass: item.dataset.class,
      text: item.textContent.toLowerCase(),
    })),
  }));
  const total = groups.reduce((sum, group) => sum + group.cases.length, 0);

  const apply = () => {
    const { text, outcome, class: claimClass, group: groupName } = Object.fromEntries(new FormData(form));
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let visible = 0;
    for (const group of groups) {
      let any = false;
      for (const item of group.cases) {
        const show =
          (!groupName || group.name === groupName) &&
          (!claimClass || item.claimClass === claimClass) &&
          (!outcome || (outcome === "*" ? !quiet.has(item.outcome) : item.outcome === outcome)) &&
          words.every((word) => item.text.includes(word));
        item.node.hidden = !show;
        any = any || show;
        visible += show;
      }
      group.node.hidden = !any;
    }
    shown.textContent = `${visible} of ${total} cases`;
    nothing.hidden = visible > 0;
  };

  // A link to a case must lead somewhere even when a filter or a closed group hides it.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const group = target?.closest(".group");
    if (!group) return;
    if (target.closest("[hidden]")) {
      form.reset();
      apply();
    }
    group.open = true;
    target.scrollIntoView();
  };

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  addEventListener("hashchange", reveal);
  form.hidden = false;
  apply();
  if (location.hash) reveal();
})();
