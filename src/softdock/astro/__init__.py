"""The sky and the orbits: constants, time, frames, forces of nature, orbital elements, relative motion, events."""
