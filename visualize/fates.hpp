#pragma once
// What became of the mails that the scenario sent.
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
    void tell(trace::MailId mail, std::string_view recipient, std::string fate);
};

}  // namespace visualize
