#pragma once
// Whose words stand in what watchers saw.
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/judge/evidence.hpp"

namespace judge {

/// A mail's line that stood as a line in what a watcher saw, and on which connection.
struct Sighting {
    HostId watcher{};
    std::string_view line;
    ConnectionId connection{};
    Evidence::Stream stream;
    std::size_t end = 0;  ///< What counts stands before it.
};

/// Finds the mails in the streams of `Evidence`. Asked again and again: a line is filed once, and
/// a mail is looked for only where one of its lines is.
class Sightings {
  public:
    explicit Sightings(const Evidence& evidence) : evidence_(evidence) {}
    /// The first sighting of each watcher who saw the mail, in the order of watchers. Words that
    /// others may say as well, since they are short or another mail has them, count where the
    /// mail's own Message-ID passed, too.
    std::vector<Sighting> of(MailId mail);
    std::optional<Sighting> by(HostId watcher, MailId mail);
    /// Who saw the mail on which connection.
    std::set<std::pair<ConnectionId, HostId>> everywhere(MailId mail);

  private:
    using Stream = Evidence::Stream;
    using Hash = std::size_t;
    struct Filed {
        std::size_t size = 0, line = 0;  ///< Bytes of the stream, and where its last line begins.
    };
    struct Owner {
        MailId mail;
        bool alone = true;
        std::size_t compared = 0;  ///< With so many of the contents.
    };

    void read_on();
    void file(const Stream& stream);
    void file_line(std::string_view line, const Stream& stream);
    bool shared(std::string_view line, MailId mail);
    std::set<Stream> places_of(MailId mail, const std::vector<std::string_view>& words);
    std::optional<Sighting> seen_in(const Stream& stream, MailId mail,
                                    const std::set<std::string_view>& lines);

    const Evidence& evidence_;
    std::size_t grown_ = 0, told_ = 0;  ///< How much of the evidence has been read.
    std::map<Stream, Filed> filed_;
    std::unordered_map<Hash, std::vector<Stream>> lines_, ids_;
    std::unordered_map<std::string_view, Owner> owners_;
};

}  // namespace judge
