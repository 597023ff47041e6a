// Which page is shown: the address says it.

const app = document.getElementById("app");
let view = null;

async function open() {
  const state = route.read();
  const fromTheTop = state.row === null;
  const entry = suite.scenarios.find((one) => one.id === state.id);
  view?.pause();
  if (!entry) {
    view = new SuiteView(state);
    document.title = "mailtls report";
  } else {
    view = new ScenarioView(entry, await pageOf(entry.id), state);
    document.title = `${entry.title} - mailtls report`;
  }
  if (!entry && state.id)
    view.node.prepend(el("p", { class: "notice" }, `This report has no scenario "${state.id}".`));
  app.replaceChildren(view.node);
  if (entry) view.show({}, { first: true });
  if (fromTheTop) scrollTo(0, 0);
}

addEventListener("hashchange", open);
addEventListener("keydown", (e) => view?.key(e));
open();
