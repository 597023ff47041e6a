#pragma once
// What became of the mails that the scenario sent: of those that were relayed, on their last hop.
#include <map>
#include <string>
#include <vector>

#include "sim/trace/event.hpp"

namespace visualize {

class Fates {
  public:
    void hear(const trace::Event& event);
    /// "1 mail: mail 1 to bob@bob.example was delivered." Empty where none was sent.
    std::string story() const;

  private:
    struct Mail {
        trace::MailId id;
        std::string to;
    };
    struct Last {
        std::string recipient, fate;
    };
    std::vector<Mail> mails_;
    std::map<trace::MailId, std::vector<Last>> last_;
    std::map<trace::ConnectionId, trace::MailId> carried_;  ///< Whose content it carried last.
    std::map<trace::MailId, trace::MailId> first_;          ///< Of a copy on a later hop.
    trace::MailId first_of(trace::MailId mail) const;
    void tell(trace::MailId mail, std::string_view recipient, std::string fate);
};

}  // namespace visualize
