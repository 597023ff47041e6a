#pragma once
// What an answer says, by type.
#include <string>
#include <vector>

#include "sim/dns/message.hpp"

namespace dns {

/// The data of the records of that type, in the order of the answer; aliases are left out.
inline std::vector<std::string> data_of(const Message& answer, Type type) {
    std::vector<std::string> out;
    for (const Record& record : answer.answers)
        if (record.type == type) out.push_back(record.data);
    return out;
}

}  // namespace dns
