"""The map of the report: folium's, in a figure of branca's, without the page that these make.

folium's own template would pull scripts and styles from content delivery networks, forbid zooming
and give random ids, so the map brings its own. What comes of it rests on nothing of a run.
"""

from __future__ import annotations

from typing import ClassVar

import folium
from branca.element import Figure
from folium.template import Template

MAP_SETTINGS = {
    "tiles": None,
    "zoom_control": False,
    "attribution_control": False,
    "minZoom": 0,  # folium keeps min_zoom and max_zoom for tiles
    "maxZoom": 11,
    "zoom_snap": 0.25,
    "zoom_delta": 0.5,
    "wheel_px_per_zoom_level": 90,
}


class EstateMap(folium.Map):  # type: ignore[misc] # folium is untyped
    """folium's map without folium's page: no default scripts, styles, tiles or random ids."""

    default_js: ClassVar[list[tuple[str, str]]] = []
    default_css: ClassVar[list[tuple[str, str]]] = []
    _template = Template(
        """
        {% macro html(this, kwargs) %}<div id="map" tabindex="0" role="application"
        aria-label="Map of sites and options. Arrow keys move it, plus and minus zoom. The ranked
        list holds everything it shows."></div>{% endmacro %}
        {% macro script(this, kwargs) %}
        colocate.start((grid) => L.map("map", {crs: grid, ...{{ this.options|tojavascript }}}));
        {% endmacro %}
        """
    )


def drawn() -> tuple[str, str]:
    """Return the element that is the map, and the script that starts it."""
    figure, shown = Figure(), EstateMap(**MAP_SETTINGS)
    figure.add_child(shown, name="map")
    shown.render()
    return figure.html.render(), figure.script.render().strip()
