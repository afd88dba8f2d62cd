//! What holds in every room, whatever is asked of it: whole evenings of commands, drawn at random.

mod evening;
mod generate;
mod laws;
