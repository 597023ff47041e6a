#pragma once
// Configurations of MTAs beside a scenario, made ready for senders: exim_config, smtpd_config.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/script/value.hpp"
#include "sim/mta/outbound.hpp"
#include "sim/policy/remark.hpp"

namespace script {

/// A configuration as it was read.
struct RuleFile {
    std::shared_ptr<const mta::Rulebook> book;
    /// What each of its ways says of TLS itself: { trusts = { … }, protocols = { … } }.
    std::vector<Value> tls;
    std::vector<mta::NextHop> relays;  ///< Hosts that it names.
    std::vector<policy::Remark> remarks;
};
RuleFile read_exim_config(std::string_view text, const std::string& file,
                          const policy::Beside& beside);
RuleFile read_smtpd_config(std::string_view text, const std::string& file,
                           const policy::Beside& beside);

}  // namespace script
