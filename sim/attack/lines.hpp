#pragma once
// Acts on lines that an attacker can read: in clear text, or inside TLS that he ends himself.
#include <array>
#include <functional>

#include "sim/attack/filter.hpp"

namespace attack {

/// Gives whole lines to `edit`. What is sealed passes.
class LineFilter : public Filter {
  public:
    LineFilter(const Passing& first, Layer layer);
    void pass(Piece piece, Out& out) final;
    std::string let_go(Way way) final;

  protected:
    /// One line without its CRLF, in SMTP. Nothing: the line goes as it is. What is given back goes
    /// in its place, with its line ends.
    virtual std::optional<std::string> edit(Way way, const std::string& line, Out& out) = 0;
    /// Whole lines that were held back on this way, with their ends.
    virtual std::string collected(Way) { return {}; }
    /// A word for what was done.
    virtual std::string_view why() const = 0;
    HostId writer(Way way) const { return way == Way::to_server ? client_ : server_; }
    HostId reader(Way way) const { return way == Way::to_server ? server_ : client_; }
    /// Is this line a part of a message (RFC 5321 section 4.1.1.4)?
    bool in_data() const { return in_data_; }

  private:
    bool begins_tls(Way way, std::string_view bytes) const;
    void follow(Way way, const std::string& line);
    Layer layer_;
    HostId client_, server_;
    std::array<std::string, 2> held_;  ///< The front of a line whose end has not come yet.
    bool sealed_ = false;
    bool asked_data_ = false, in_data_ = false;
};

/// Deletes capabilities from EHLO replies (A01). The last line keeps its space (RFC 5321 section
/// 4.2.1).
class Strips final : public Act {
  public:
    explicit Strips(std::string keyword);
    std::unique_ptr<Filter> on(const Passing& first, Layer layer) override;
    const std::string& keyword() const { return keyword_; }

  private:
    std::string keyword_;
};

/// Takes `keyword` out of a complete EHLO reply.
std::string without_keyword(const std::string& reply, const std::string& keyword);

/// Answers commands in the receiver's place (A02).
class Answers final : public Act {
  public:
    /// `command`: a verb. `reply`: with its line ends. Is the command passed on all the same?
    Answers(std::string command, std::string reply, bool passes_on);
    std::unique_ptr<Filter> on(const Passing& first, Layer layer) override;

  private:
    friend class AnswersFilter;
    std::string command_, reply_;
    bool passes_on_;
};

/// Puts another text in the place of one (A08).
class Replaces final : public Act {
  public:
    Replaces(std::string text, std::string with) : text_(std::move(text)), with_(std::move(with)) {}
    std::unique_ptr<Filter> on(const Passing& first, Layer layer) override;

  private:
    friend class ReplacesFilter;
    std::string text_, with_;
};

/// Hands each line to a function, which gives back what goes on in its place.
class Rewrites final : public Act {
  public:
    /// Of the line, and of who reads it.
    using Function = std::function<std::string(const std::string&, HostId reader)>;
    explicit Rewrites(Function function) : function_(std::move(function)) {}
    std::unique_ptr<Filter> on(const Passing& first, Layer layer) override;

  private:
    friend class RewritesFilter;
    Function function_;
};

}  // namespace attack
