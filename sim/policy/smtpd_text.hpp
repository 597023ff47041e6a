#pragma once
// How smtpd.conf is written: words, strings in quotes, numbers, marks, macros (smtpd.conf(5) of
// OpenSMTPD 6.8).
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace policy::smtpd {

struct Token {
    enum class Kind : std::uint8_t {
        word,
        quoted,
        number,
        mark,     ///< "{", "}", "<", ">", "!", "=", "=>", ",", or what else is no word.
        newline,  ///< The end of a statement.
        wrong,    ///< `text` says what; the rest of its line is passed over.
        end,
    } kind = Kind::end;
    std::string text;
    int line = 0;
    bool is(std::string_view mark) const { return kind == Kind::mark && text == mark; }
    /// A reserved word, which nothing may be called by unless it is quoted.
    bool is_keyword() const;
    /// What the grammar takes for a name, a path or a value.
    bool is_string() const { return kind == Kind::quoted || (kind == Kind::word && !is_keyword()); }
};

using Macros = std::map<std::string, std::string, std::less<>>;

/// Macros that expand to more than so many characters in all are no configuration.
inline constexpr std::size_t longest_expansion = 1 << 20;

/// Takes one text apart. Holds on to it, and to what all texts of a configuration share.
class Lexer {
  public:
    Lexer(std::string_view text, const Macros& macros, std::size_t& expanded)
        : text_(text), macros_(macros), expanded_(expanded) {}
    Token next();
    int line() const { return line_; }

  private:
    struct Place {
        std::size_t at = 0, in_macro = 0;
        int line = 1;
    };
    static constexpr int no_more = -1;
    Place place() const { return {at_, in_macro_, line_}; }
    void back_to(const Place& place);
    int take();
    int take_joined();
    bool expand(Token& wrong);
    Token wrong(std::string sentence, int line);
    Token quoted(char quote, int line);
    bool take_number(int first, Token& into);
    Token word(int first, int line);

    std::string_view text_;
    const Macros& macros_;
    std::size_t& expanded_;
    std::string macro_;  // what is read in the text's place
    std::size_t at_ = 0, in_macro_ = 0;
    int line_ = 1;
    bool expanding_ = false;  // the last character came from a macro
    bool ended_ = false, said_newline_ = false;
};

}  // namespace policy::smtpd
