'use strict';
/*
 * Steps through recorded runs. From top to bottom:
 *
 *   Reading    the text of a record becomes a list of events, and for each
 *              event the state of everything after it
 *   Drawing    a state becomes source, tables, boxes, log
 *   Timeline   the whole run in one picture
 *   Guessing   asks before it shows
 *   Moving     keys, buttons, slider, link
 *
 * States are never changed: each is a copy of the one before, with the part
 * that is new. So any place of the run can be shown at once, forward and back.
 */

const find = (selector, within = document) => within.querySelector(selector);

/* Makes an element: make('p', 'now', 'text', anotherElement). */
function make(tag, className, ...children) {
    const element = document.createElement(tag);
    if (className)
        element.className = className;
    element.append(...children);
    return element;
}
