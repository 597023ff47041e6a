#pragma once
// One way to write the path of a file, for ids are compared as texts: by --only, --failed, shards
// and baselines.
#include <string>

namespace files {

/// Without "./" and doubled slashes. A path with ".." stays as it is: where links are, "a/../b"
/// need not be "b".
std::string plain_path(const std::string& path);
/// False also where it cannot be asked, as behind links that go round.
bool is_directory(const std::string& path);
/// A file name made of an id: letters, digits, hyphens and dots.
std::string file_name_of(const std::string& id);
/// Where in an id the title's "::" stands; npos: nowhere. A path may have one, too: the first
/// counts in front of which there is a file, else the first.
std::size_t title_at(const std::string& id);
/// file.lua::title, with the plain path of its file.
std::string plain_id(const std::string& id);

}  // namespace files
