#pragma once
// What all pictures of a ladder say alike, whatever they are drawn with.
#include <string>
#include <string_view>
#include <vector>

#include "visualize/caption.hpp"
#include "visualize/ladder.hpp"

namespace visualize {

std::string_view word(Style style);
std::string_view word(Glance::Sight sight);
/// Seconds since the world began; from an hour on hours, minutes and seconds.
std::string clock_text(core::Duration at);
/// The scenario's title without its file.
std::string title_of(const Ladder& ladder);
/// The title of a lane; "nobody" for a host without one.
std::string lane_title(const Ladder& ladder, trace::HostId host);
/// "eve reads it, mallory sees it sealed"; empty where nobody looked.
std::string glances_of(const Ladder& ladder, const Row& row);

/// What it is called in a picture that can be clicked: "event_7"; a sealed rest has the event of
/// its front, and is "event_7_sealed".
std::string id_of(const Row& row);
/// A row as a sentence: who says what to whom, when, and how protected.
std::string in_words(const Ladder& ladder, const Row& row);
/// The picture in words, as a whole and group by group.
Caption ladder_caption(const Ladder& ladder);

/// The characters of a text, each in UTF-8. What is no UTF-8, moves a cursor, hides, or turns the
/// direction of writing is a dot: peers' bytes are data.
std::vector<std::string> characters(std::string_view text);

}  // namespace visualize
