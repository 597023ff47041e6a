#pragma once
// Sessions that go on from an earlier one by a ticket, without a certificate: RFC 8446 sections 2.2
// and 4.6.1, RFC 5077. What the peer showed when the session began is kept, and judged anew each
// time.
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sim/tls/library.hpp"

namespace tls {

/// RFC 8446 section 4.6.1: no ticket is good for longer, and no session here goes on for longer
/// without a certificate.
inline constexpr Duration longest_ticket_lifetime = days(7);

/// What a server seals its tickets with. Who has another key makes nothing of them.
class TicketKey;
/// The key is made of the world's seed and `name`. A ticket is good for `lifetime`: whole seconds,
/// at least one and at most `longest_ticket_lifetime`.
std::shared_ptr<const TicketKey> ticket_key(const Library& library, std::string_view name,
                                            Duration lifetime);

struct SavedSession;
/// The sessions that a client may go on with, by whom they are with: one each, the newest.
class Sessions {
  public:
    Sessions();
    Sessions(const Sessions&) = delete;
    ~Sessions();
    void keep(const std::string& with, std::unique_ptr<SavedSession> session);
    /// nullptr: there is none.
    std::unique_ptr<SavedSession> take(const std::string& with);

  private:
    std::map<std::string, std::unique_ptr<SavedSession>> all_;
};

}  // namespace tls
