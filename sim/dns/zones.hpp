#pragma once
// What the world's DNS says: zones, their records, and what goes wrong with them.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/dns/message.hpp"

namespace dns {

enum class Signing : std::uint8_t { no, yes, bogus };
std::string_view word(Signing signing);

/// What becomes of a question, whatever the records say.
enum class Fault : std::uint8_t { none, server_failure, bogus, timeout, name_error, no_data };
/// "servfail", "bogus", "timeout", "nxdomain", "no data".
std::string_view word(Fault fault);
std::optional<Fault> fault_of(std::string_view word);

/// Does a resolver check signatures? Where it does not, nothing is proven and nothing is found
/// forged (RFC 4035 section 4.3, DANE-01).
enum class Validation : std::uint8_t { done, left_out };

class Zones {
  public:
    /// Declares a zone: it holds `name` and all names below it that no deeper zone holds. What no
    /// zone holds is unsigned.
    void declare(std::string_view name, Signing signing);
    /// Seconds that answers from the zone may be kept. 0: asked anew each time.
    void set_ttl(std::string_view name, std::uint32_t ttl);
    Signing signing_of(std::string_view name) const;

    /// A record given with TTL 0 has its zone's.
    void add(Record record);
    /// Takes away all records of this name and type.
    void remove(std::string_view name, Type type);
    std::vector<Record> find(std::string_view name, Type type) const;
    /// `Fault::none` takes a fault away.
    void fail(std::string_view name, Type type, Fault fault);

    /// The answer as a resolver gives it, CNAMEs followed (RFC 1034 section 4.3.2); it
    /// is secure when each name on the way is in a signed zone (RFC 7672 section 2.1.3, DANE-04).
    /// Nothing: no server answers.
    std::optional<Message> answer(const Question& question,
                                  Validation validation = Validation::done) const;
    /// How long the answer may be kept, in seconds.
    std::uint32_t ttl_of(const Message& answer) const;

  private:
    struct Zone {
        Signing signing = Signing::no;
        std::uint32_t ttl = 0;
    };
    const Zone* zone_of(std::string_view name) const;
    bool exists(const std::string& name) const;
    bool step(Message& m, std::string& name, Validation validation) const;
    std::map<std::string, Zone, std::less<>> zones_;
    std::map<std::pair<std::string, Type>, std::vector<Record>> records_;
    std::map<std::string, std::size_t> names_;  ///< Records a name has.
    std::map<std::pair<std::string, Type>, Fault> faults_;
};

}  // namespace dns
