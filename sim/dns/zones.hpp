#pragma once
// What the world's DNS says: zones, their records, and what goes wrong with them.
#include <map>
#include <optional>
#include <set>
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

/// Who says that a record is there. What the author writes as lines of a zone file goes before what
/// hosts publish of themselves, and stands beside what his words make.
enum class Source : std::uint8_t { host, words, lines };
/// Whose TTL answers have.
enum class Ttl : std::uint8_t { zone_s_if_zero, own };

class Zones {
  public:
    /// Declares a zone: it holds `name` and all names below it that no deeper zone holds. What no
    /// zone holds is unsigned.
    void declare(std::string_view name, Signing signing);
    /// Seconds that answers from the zone may be kept. 0: asked anew each time.
    void set_ttl(std::string_view name, std::uint32_t ttl);
    Signing signing_of(std::string_view name) const;

    /// The name may begin with a star, which stands for names that are not there (RFC 4592).
    void add(Record record, Source source = Source::host, Ttl ttl = Ttl::zone_s_if_zero);
    /// Takes away all records of this name and type, or those of one source.
    void remove(std::string_view name, Type type, std::optional<Source> source = std::nullopt);
    /// What counts there: without what hosts publish where lines say otherwise, and without the
    /// second of two alike (RFC 2181 section 5).
    std::vector<Record> find(std::string_view name, Type type) const;
    /// A name whose alias does not stand alone, as it must (RFC 1034 section 3.6.2); or nothing.
    std::optional<std::string> crowded_alias() const;
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
    struct Held {
        Record record;
        Source source;
        Ttl ttl;
    };
    const Zone* zone_of(std::string_view name) const;
    bool exists(std::string_view name) const;
    void count(std::string_view name, std::ptrdiff_t more);
    std::vector<const Held*> held(const std::string& name, Type type) const;
    std::string source_of_synthesis(std::string_view name) const;
    bool step(Message& m, std::string& name, Validation validation) const;
    std::map<std::string, Zone, std::less<>> zones_;
    std::map<std::pair<std::string, Type>, std::vector<Held>> records_;
    std::set<std::string> aliases_;  ///< Names that ever had a CNAME record.
    /// Records at a name and below it.
    std::map<std::string, std::ptrdiff_t, std::less<>> names_;
    std::map<std::pair<std::string, Type>, Fault> faults_;
};

}  // namespace dns
