// The map on the page: what it remembers, and what goes back to the server.

export default function embeddingMap({ data, parentElement, setStateValue, setTriggerValue }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".embedding-map");
    const map = new EmbeddingMap(root, signal, new MapPoints(unpack(data), readTheme(root)), remembered);
    map.tell = () => setStateValue("drawn", { corners: map.polygon ?? [], hidden: [...map.points.hidden] });
    map.open = (subject) => setTriggerValue("open", subject ?? "");
    attachMapBar(root, signal, map);
    attachGestures(root, signal, map);
    attachMapKeys(root, signal, map);
    root.querySelector(".points").setAttribute("aria-label", map.points.description);
    redrawOnResize(map.panel, signal, () => map.resize());
    return { memory: () => map.memory() };
  });
}
