#pragma once
// How the program begins and ends, as the system sees it: signals, and whether what was printed got
// anywhere.

namespace program {

/// Before anything else. A closed stdin, stdout or stderr keeps its number, so that no file of ours
/// gets it. Too large a file is an error of writing and no end (SIGXFSZ). INT, TERM and HUP end the
/// program, and take away what is half written.
void begin();
/// The exit code after all: 7 where something was printed and not written, 141 where its reader had
/// gone, else `code`.
int ended(int code);

/// From here on INT, TERM and HUP are noted, and what has come so far is still told and written. A
/// second one ends the program at once, if it comes half a second or more after the first.
void catch_interrupt();
/// One of them came, or whoever read what was printed has gone.
bool interrupted();
/// 128 and the number of the signal, as shells have it.
int code_of_interrupt();

}  // namespace program
