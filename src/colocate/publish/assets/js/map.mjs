// The map: British National Grid, drawn from the run's own data, no tiles.
import { el } from "./dom.mjs";
import { FINE_STEP_M, readShape } from "./codec.mjs";
import { clusterWords } from "./format.mjs";
import { bandClass, northmost } from "./paper.mjs";
import { Symbols } from "./symbols.mjs";

const ROAD_WIDTHS = {
  b_road: { from: 3.5, width: 0.5 },
  a_road: { from: 0, width: 1 },
  motorway: { from: 0, width: 1.6 },
}; // from which zoom a class is drawn, and how wide

/** EPSG:27700 for Leaflet: metres in, the zoom levels of Ordnance Survey's own maps. */
export function nationalGrid(L) {
  return L.extend({}, L.CRS.Simple, {
    code: "EPSG:27700",
    transformation: new L.Transformation(1, 238375, -1, 1376256),
    scale: (zoom) => 2 ** zoom / 896,
    zoom: (scale) => Math.log2(scale * 896),
  });
}

export class EstateMap {
  /**
   * @param {object} leaflet  the Leaflet map that folium's script made
   * @param {object} model    see model.mjs
   * @param {{option: Function, site: Function}} choose  called with what was clicked
   */
  constructor(leaflet, model, choose) {
    this.map = leaflet;
    this.model = model;
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.home = L.latLngBounds(model.home);
    this.layers = {
      fire_area: L.layerGroup(),
      police_area: L.layerGroup(),
      cluster: L.layerGroup(),
    };
    for (const pane of ["ground", "clusters", "catchment"]) leaflet.createPane(pane);
    this.drawGround();
    this.drawClusters();
    this.catchment = L.featureGroup().addTo(leaflet);
    this.symbols = new Symbols(leaflet, model, choose);
    this.controls();
    this.layers.fire_area.addTo(leaflet);
    this.layers.police_area.addTo(leaflet);
    this.showAll(false);
  }

  drawGround() {
    this.ground = L.canvas({ pane: "ground", padding: 0.3 });
    const fill = (name) => ({ fillColor: this.colour(name), fillOpacity: 1 });
    const coast = { color: this.colour("map-coast"), weight: 1 };
    this.drawShapes("land", L.polygon, { ...fill("map-land"), ...coast });
    this.drawShapes("study", L.polygon, { ...fill("map-study"), stroke: false });
    this.roads = Object.keys(ROAD_WIDTHS).flatMap((kind) =>
      this.drawShapes(kind, L.polyline, { color: this.colour(`map-${kind}`), kind }),
    );
    for (const { key, shape } of this.model.buildings) {
      const service = this.model.siteById.get(key)?.service;
      const color = this.colour(["fire", "police"].includes(service) ? service : "other");
      L.polygon(readShape(shape, FINE_STEP_M), {
        renderer: this.ground,
        interactive: false,
        smoothFactor: 0,
        color,
        weight: 1,
        fillOpacity: 0.35,
      }).addTo(this.map);
    }
    const police = { color: this.colour("map-police_area"), weight: 1.4, dashArray: "6 4" };
    const fire = { color: this.colour("map-fire_area"), weight: 2 };
    this.drawShapes("police_area_border", L.polyline, police, this.layers.police_area);
    this.drawShapes("fire_area_border", L.polyline, fire, this.layers.fire_area);
    this.map.on("zoomend", () => this.widenRoads());
    this.widenRoads();
  }

  colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }

  drawShapes(layer, make, style, target = this.map) {
    const options = { renderer: this.ground, interactive: false, smoothFactor: 1, ...style };
    return this.model.ground
      .filter((shape) => shape.layer === layer)
      .map((shape) => make(readShape(shape.shape), options).addTo(target));
  }

  widenRoads() {
    const zoom = this.map.getZoom();
    for (const road of this.roads) {
      const { from, width } = ROAD_WIDTHS[road.options.kind];
      road.setStyle({ weight: width * Math.max(1, zoom - 1), stroke: zoom >= from });
    }
  }

  drawClusters() {
    for (const cluster of this.model.clusters) {
      L.polygon(readShape(cluster.shape), {
        pane: "clusters",
        className: "cluster",
        renderer: this.outlines("clusters"),
      })
        .bindTooltip(el("span", {}, clusterWords(cluster)), { sticky: true, direction: "left" })
        .addTo(this.layers.cluster);
    }
  }

  outlines(pane) {
    this.renderers ??= {};
    return (this.renderers[pane] ??= L.svg({ pane, padding: 0.4 }));
  }

  controls() {
    L.control
      .zoom({
        position: "topleft",
        zoomInTitle: "Zoom in",
        zoomOutTitle: "Zoom out",
        zoomInText: "",
        zoomOutText: "",
      })
      .addTo(this.map);
    // A bar is at least half as wide as this: room for "3000 ft".
    L.control.scale({ position: "bottomleft", maxWidth: 130 }).addTo(this.map);
    const said = el("div", { class: "leaflet-control-attribution" }, this.model.attribution);
    this.control(said, "bottomright"); // Leaflet's own would read it as markup
    const button = (name, label, act) =>
      el("button", {
        type: "button",
        class: name,
        title: label,
        "aria-label": label,
        onclick: act,
      });
    const by = (x, y) => () => this.map.panBy([x * 160, y * 160], { animate: !this.still });
    const pad = el(
      "div",
      { class: "pad leaflet-bar", role: "group", "aria-label": "Move the map" },
      button("up", "Move north", by(0, -1)),
      button("left", "Move west", by(-1, 0)),
      button("home", "Whole area", () => this.showAll(true)),
      button("right", "Move east", by(1, 0)),
      button("down", "Move south", by(0, 1)),
    );
    L.DomEvent.disableClickPropagation(pad);
    this.control(pad, "topright");
  }

  control(node, position) {
    const holder = L.control({ position });
    holder.onAdd = () => node;
    holder.addTo(this.map);
  }

  /** Show or hide a layer of the key. */
  toggle(layer, shown) {
    if (this.layers[layer]) this.layers[layer][shown ? "addTo" : "removeFrom"](this.map);
    this.symbols.toggle(layer, shown);
  }

  /** Draw the options that pass the filters, with their current ranks. */
  showOptions(visible, result) {
    this.symbols.showOptions(visible, result);
  }

  /** Mark the chosen option and site, and draw the site's catchments. */
  select(option, site, move) {
    this.symbols.select(option, site);
    this.catchment.clearLayers();
    const bands = site ? (this.model.catchments.get(site.site_id) ?? []) : [];
    for (let i = bands.length - 1; i >= 0; i--) {
      // the widest first
      this.catchment.addLayer(
        L.polygon(readShape(bands[i].shape), {
          pane: "catchment",
          renderer: this.outlines("catchment"),
          interactive: false,
          smoothFactor: 0.6,
          className: bandClass(i, bands.length),
        }),
      );
    }
    const outline = this.model.outlines.get(option?.id);
    if (outline)
      this.catchment.addLayer(
        L.polygon(readShape(outline), {
          pane: "catchment",
          renderer: this.outlines("catchment"),
          interactive: false,
          className: "search",
        }),
      );
    this.symbols.label(
      bands.map((band) => ({
        text: `${band.limit_s / 60} min`,
        at: northmost(readShape(band.shape)),
      })),
    );
    if (move) this.frame(option, bands);
  }

  /** Mark options shown together, and bring them into view. */
  mark(options, move) {
    this.symbols.mark(options);
    const lines = options.flatMap((option) => option.sites.map((site) => site.at));
    if (move && lines.length)
      this.map.fitBounds(L.latLngBounds(lines).pad(0.1), {
        animate: !this.still,
        maxZoom: 7,
        ...this.insets(),
      });
  }

  frame(option, bands) {
    const middle = bands[Math.floor(bands.length / 2)];
    const lines = middle ? readShape(middle.shape).flat() : (option?.sites ?? []).map((s) => s.at);
    if (lines.length)
      this.map.fitBounds(L.latLngBounds(lines).pad(0.05), {
        animate: !this.still,
        maxZoom: 7,
        ...this.insets(),
      });
  }

  /** The whole study area. */
  showAll(animate) {
    this.map.fitBounds(this.home, {
      animate: animate && !this.still,
      ...this.insets(),
    });
  }

  /** Room for the buttons: beside what is shown on a wide map, above it on a narrow one. */
  insets() {
    const wide = this.map.getSize().x > 600;
    return {
      paddingTopLeft: wide ? [8, 8] : [8, 96],
      paddingBottomRight: wide ? [96, 64] : [8, 30],
    };
  }

  /** Fit the map to a changed page. */
  resize() {
    this.map.invalidateSize({ animate: false, pan: true });
    this.symbols.draw();
  }
}
