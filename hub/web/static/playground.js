// Starts GraphiQL on the element #playground. Everything it needs to know stands in that element's data-attributes.
"use strict";

(() => {
  const host = document.getElementById("playground");
  const endpoint = host.dataset.endpoint;
  const examples = JSON.parse(host.dataset.examples);
  const h = React.createElement;

  /** Reads or writes what the browser keeps between visits; it may refuse to keep anything. */
  function kept(key, value) {
    try {
      if (value !== undefined) localStorage.setItem(key, value);
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  /** The tab that was open at the last visit. */
  function lastTab() {
    try {
      const { tabs, activeTabIndex } = JSON.parse(kept("graphiql:tabState"));
      return tabs[activeTabIndex];
    } catch {
      return undefined;
    }
  }

  /** Examples about one document ask the hub for a real one first, so that they answer with something: the first
   *  that has something in the field `prefer`, or else the first. */
  async function fill(example) {
    const { variable, query, path, prefer } = example.fill;
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(1500),
    });
    const { data } = await answer.json();
    const edges = path.reduce((value, key) => value?.[key], data) ?? [];
    const found = edges.find(({ node }) => node[prefer]?.length) ?? edges[0];
    if (found) example.variables[variable] = found.node.id;
  }

  const asTab = (example) => ({ query: example.query, variables: JSON.stringify(example.variables, null, 2) });

  function Examples() {
    const editors = GraphiQL.React.useEditorContext();
    // GraphiQL opens a new tab empty and fills the editors while it renders: ours comes after that.
    const [wanted, want] = React.useState(null);
    React.useEffect(() => {
      if (!wanted) return;
      const tab = asTab(wanted);
      editors.queryEditor?.setValue(tab.query);
      editors.variableEditor?.setValue(tab.variables);
      want(null);
    }, [wanted]);

    function open(example) {
      const index = editors.tabs.findIndex((tab) => tab.query === example.query);
      if (index >= 0) {
        editors.changeTab(index);
      } else {
        editors.addTab();
        want(example);
      }
    }

    return h(
      "section",
      { "aria-label": "Ví dụ · Examples" },
      h("h2", { className: "examples-title" }, "Ví dụ · ", h("span", { lang: "en" }, "Examples")),
      h(
        "p",
        { className: "examples-lead" },
        "Chọn một ví dụ rồi bấm nút chạy (Ctrl-Enter). ",
        h("span", { lang: "en" }, "Pick one, then press the run button."),
      ),
      h(
        "ul",
        { className: "examples-list" },
        examples.map((example) =>
          h(
            "li",
            { key: example.name },
            h(
              "button",
              { type: "button", onClick: () => open(example) },
              h("span", { className: "examples-vi" }, example.vi),
              h("span", { className: "examples-en", lang: "en" }, example.en),
            ),
          ),
        ),
      ),
    );
  }

  const ExamplesIcon = () =>
    h(
      "svg",
      { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", strokeWidth: 1.6, "aria-hidden": true },
      h("path", { d: "M4 5.5h11M4 12h7M4 18.5h7", strokeLinecap: "round" }),
      h("path", { d: "M15 12.2v6.6l5.5-3.3z", strokeLinejoin: "round" }),
    );

  function start() {
    // "/graphql?example=search" opens the playground at that example; the rest keep their order.
    const asked = examples.find(({ name }) => name === new URLSearchParams(location.search).get("example"));
    const plugins = [
      { title: "Ví dụ · Examples", icon: ExamplesIcon, content: Examples },
      GraphiQLPluginExplorer.explorerPlugin(),
    ];
    const tabs = [...examples].sort((a, b) => (b === asked) - (a === asked)).map(asTab);
    const props = {
      fetcher: GraphiQL.createFetcher({ url: endpoint }),
      plugins,
      defaultTabs: tabs,
      defaultQuery: "# Ctrl-Space: gợi ý · suggestions\n# Ctrl-Enter: chạy · run\n\n",
      defaultEditorToolsVisibility: "variables",
      inputValueDeprecation: true,
      // A key typed into the headers stays in this page and is gone with it.
      shouldPersistHeaders: false,
    };
    // GraphiQL looks for a tab with this query and these variables, and opens one more when it finds none. Left to
    // itself it forgets variables that nobody edited, and opens a tab twice.
    const { query, variables } = (asked && asTab(asked)) ?? lastTab() ?? tabs[0];
    Object.assign(props, { query, variables });
    // The examples stand open until the reader closes them; a phone has no room for that.
    props.visiblePlugin = (kept("hub:pane") ?? (innerWidth > 720 ? plugins[0].title : "")) || undefined;
    props.onTogglePluginVisibility = (plugin) => kept("hub:pane", plugin?.title ?? "");
    host.replaceChildren();
    ReactDOM.createRoot(host).render(h(GraphiQL, props));
  }

  Promise.allSettled(examples.filter((example) => example.fill).map(fill)).then(start);
})();
