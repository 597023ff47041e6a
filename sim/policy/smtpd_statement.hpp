#pragma once
// One statement of smtpd.conf, word by word, and what statements know of each other.
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/policy/remark.hpp"
#include "sim/policy/smtpd_table.hpp"
#include "sim/policy/smtpd_text.hpp"

namespace policy::smtpd {

using Words = std::vector<std::string_view>;

/// What was said before a statement, in whichever file.
struct Known {
    explicit Known(const Beside& files) : beside(files) {}
    Macros macros;
    std::vector<Table> tables;
    std::map<std::string, std::size_t, std::less<>> named;  ///< Tables that have a name.
    std::map<std::string, std::size_t, std::less<>> actions;
    /// Of tables that rules ask for a domain, or for addresses of one: their places in the Config.
    std::map<std::pair<std::size_t, bool>, std::size_t> domains;
    std::map<std::string, std::string, std::less<>> cas;  ///< By name, each with its file.
    struct Pki {
        std::string file;
        int line = 0;
        bool has_certificate = false, has_key = false;
    };
    std::map<std::string, Pki, std::less<>> pkis;
    std::set<std::string, std::less<>> filters, chains, procs, wrappers;
    std::set<std::string, std::less<>> used_cas;  ///< Named by an action or a listener.
    bool has_srs_key = false, has_socket = false, has_match = false;
    std::string socket_tag;                       ///< Of mail that this machine itself hands in.
    std::set<std::string, std::less<>> left_out;  ///< Statements about other things.
    std::vector<Remark> remarks;
    bool broken = false;  ///< A mistake is among them.
    std::size_t mistakes = 0, notes = 0;
    std::size_t expanded = 0, bytes = 0;  ///< Of macros; of files, this far.
    const Beside& beside;

    void remark(Remark::Kind kind, const std::string& file, int line, std::string_view subject,
                std::string sentence);
    /// A file's text; nothing: `why` says it.
    std::optional<std::string> text_of(const std::string& path, std::string& why);
    /// Its file is read now, if it was not.
    const Table& looked_into(std::size_t table);
};

/// All files of a configuration, and those with tables that count, hold no more than this.
inline constexpr std::size_t longest_configuration = 64 << 20;

/// Reads the words of one statement after the other. What is not as expected is one mistake, and
/// from then on nothing of the statement is.
class Statement {
  public:
    Statement(Lexer& lexer, std::string file, Known& known)
        : known_(known), lexer_(lexer), file_(std::move(file)) {}
    /// Goes to the next one that says something. False: there is none.
    bool begin();
    /// Nothing may be left.
    void finish();

    bool failed() const { return failed_; }
    bool at_end() const;
    int line() const { return now_.line; }
    int first_line() const { return first_line_; }
    const std::string& file() const { return file_; }
    Known& known() { return known_; }
    void fail(std::string sentence);
    /// At this statement's place; not of one that has failed.
    void remark(Remark::Kind kind, std::string_view subject, std::string sentence);
    /// "expected …, got …".
    void expected_one(const Words& words);
    void expected(std::string_view what);

    /// Takes what is named, if it is there.
    bool keyword(std::string_view word);
    bool mark(std::string_view mark);
    bool is_keyword(std::string_view word) const;
    bool is_string() const { return !failed_ && now_.is_string(); }
    bool is_number() const { return !failed_ && now_.kind == Token::Kind::number; }
    bool is_port() const {
        return is_number() && now_.text.size() <= 5 && now_.text[0] != '-' &&
               std::stoi(now_.text) > 0 && std::stoi(now_.text) <= 65535;
    }
    /// Takes it, or it is a mistake that it is missing.
    std::string string(std::string_view what);
    void number(std::string_view what);
    void must(std::string_view word);
    /// "4d": a number and s, m, h or d.
    void delay();
    /// A string, {…} or <name>: its place among the tables.
    std::optional<std::size_t> table(std::string_view what);
    /// Is one there? Strings that are no option count.
    bool is_table() const { return is_string() || (!failed_ && (now_.is("{") || now_.is("<"))); }
    /// {…} with strings, or pairs where they may be: behind the brace.
    void braced(const std::function<void(std::string key)>& item, Table* mapping);

  private:
    void advance() { now_ = lexer_.next(); }
    void skip_lines(bool before_more);
    std::string got() const;
    void pair(std::string key, bool first, Table& into);

    Known& known_;
    Lexer& lexer_;
    std::string file_;
    Token now_;
    int first_line_ = 0;
    bool failed_ = false;
    bool has_next_ = false;         // now_ begins the next statement
    bool split_in_braces_ = false;  // said
};

}  // namespace policy::smtpd
