#pragma once
// The HTML report: one file that opens from disk, without a network, and is read with scripts off,
// too. Whatever peers said is data in it: base64, JSON without "<", or escaped text.
#include <optional>
#include <string>
#include <vector>

#include "harness/files/output.hpp"
#include "harness/play/outcome.hpp"
#include "harness/report/grid.hpp"

namespace report {

/// One scenario's part of the file: a transcript, and its page (report/page.hpp) packed by gzip.
std::string html_part(const trace::Trace& trace, const play::Outcome& outcome);

/// Writes the file as scenarios end, so that it need not fit into memory. What is not finished is
/// taken away again.
class HtmlReport {
  public:
    explicit HtmlReport(std::string path) : path_(std::move(path)) {}
    HtmlReport(const HtmlReport&) = delete;

    /// Empty: it can be written; else one sentence.
    std::string open();
    /// Takes the outcome's part.
    void add(play::Outcome& outcome);
    /// A matrix, as a heat map on the first page.
    void add(const Grid& grid);
    /// Empty: the file is whole; else one sentence, and there is none.
    std::string finish();

  private:
    std::string path_;
    std::optional<files::Output> out_;
    std::optional<files::Scratch> parts_;  ///< Last in the file: what is shown first is read first.
    std::string suite_, grids_;            ///< As lists of JSON, without their brackets.
};

}  // namespace report
