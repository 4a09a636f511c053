// The list of all sites: those no option involves are found here too.
import { byId } from "./dom.mjs";
import { found } from "./model.mjs";

export class SiteTable {
  constructor(model, choose) {
    this.model = model;
    this.body = byId("sites").tBodies[0];
    this.rows = [...this.body.rows];
    this.body.addEventListener("click", (event) => {
      const row = event.target.closest("tr");
      if (row) choose(this.site(row), false);
    });
  }

  site(row) {
    return this.model.sites[Number(row.dataset.i)];
  }

  /** Show the sites that have the words of the search box. */
  show(text) {
    for (const row of this.rows) row.hidden = !found(this.site(row).search, text);
    this.visible = this.rows.filter((row) => !row.hidden).length;
    byId("no-site").hidden = this.visible > 0;
  }
}
