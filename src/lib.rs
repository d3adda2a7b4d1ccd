//! Moonset: a Lua 5.4 runtime whose point is memory.
