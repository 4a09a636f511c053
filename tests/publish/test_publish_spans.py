"""Stretches of time as a drawing."""

import re

from colocate.publish import svg

ROWS = [("First & last", [0.0, 0.25, 0.0, 0.5]), ("Then", [0.25, 0.25, 0.5, 1.0])]


def test_a_stretch_is_drawn_at_both_paces_and_one_without_length_stays_visible():
    drawn = svg.spans(ROWS, marks=[(0.5, "2027")], label="When <it> is done")
    found = re.findall(r'class="(usual|earliest)" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawn)
    assert [(style, float(x) - svg.NAMES, float(width)) for style, x, width in found] == [
        ("usual", 0, svg.SPAN / 2), ("earliest", 0, 119.5),
        ("usual", svg.SPAN / 2, svg.SPAN / 2), ("earliest", 119.5, 1),
    ]  # fmt: skip


def test_its_words_are_escaped():
    drawn = svg.spans(ROWS, marks=[], label="When <it> is done")
    assert "First &amp; last" in drawn
    assert 'aria-label="When &lt;it&gt; is done"' in drawn
