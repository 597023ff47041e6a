#include "harness/report/html.hpp"

#include <fmt/core.h>

#include "harness/report/html_json.hpp"
#include "harness/report/page.hpp"
#include "harness/script/sources.hpp"
#include "sim/core/base64.hpp"
#include "sim/core/printable.hpp"
#include "sim/mta/gzip.hpp"
#include "sim/tls/signing.hpp"

namespace report {

namespace sources = script::sources;

namespace {

// HTML section 13.1.2.6: text, and values of attributes in double quotes.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : core::printable(text)) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}

// JSON in a script element: no "<", so nothing ends the element (HTML section 4.12.1.3).
std::string data_block(std::string_view id, std::string_view json) {
    std::string text;
    for (const char c : json) {
        if (c == '<')
            text += "\\u003c";
        else
            text += c;
    }
    return fmt::format("<script type=\"application/json\" id=\"{}\">{}</script>\n", id, text);
}

// One more in a list of JSON.
void add_to(std::string& list, const std::string& json) {
    if (!list.empty()) list += ',';
    list += json;
}

std::string program() {
    std::string out = "\"use strict\";\n";
    for (const std::string_view part :
         {sources::page_dom, sources::page_model, sources::page_bytes, sources::page_wire,
          sources::page_share, sources::page_scenario, sources::page_suite, sources::page_main})
        out += part;
    return out;
}

// CSP level 3 section 2.3.1: the hash of what stands between the tags.
std::string hash_source(std::string_view text) {
    return "'sha256-" + core::base64(tls::sha256(text)) + "'";
}

std::string head() {
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "script-src {}; style-src {}; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<title>mailtls report</title>\n<style>{}</style>\n</head>\n<body>\n"
        "<noscript><main class=\"plain\"><h1>mailtls report</h1>\n<p>Scripts are off: each "
        "scenario stands below as a transcript.</p></main></noscript>\n<div id=\"app\"></div>\n",
        hash_source(program()), hash_source(sources::page_style), sources::page_style);
}

}  // namespace

std::string html_part(const trace::Trace& trace, const play::Outcome& outcome) {
    const std::string id = escaped(outcome.entry.id());
    return fmt::format(
        "<noscript><details class=\"plain\"><summary>{}: {}</summary><pre>{}</pre></details>"
        "</noscript>\n<script type=\"text/plain\" data-id=\"{}\">{}</script>\n",
        id, word(outcome.status), escaped(transcript_of(trace, outcome)), id,
        core::base64(mta::gzip(page_of(trace, outcome))));
}

std::string HtmlReport::open() {
    out_.emplace(path_);
    parts_.emplace(path_);
    return out_->wrong();
}

void HtmlReport::add(play::Outcome& outcome) {
    parts_->add(outcome.page);
    outcome.page = std::string();
    add_to(suite_, entry_json(outcome));
}

void HtmlReport::add(const Grid& grid) { add_to(grids_, grid_json(grid)); }

std::string HtmlReport::finish() {
    files::Output& out = *out_;
    out.add(head());
    out.add(data_block("explanations", explanations_json()));
    out.add(data_block("reasons", reasons_json()));
    out.add(data_block("suite", fmt::format(R"({{"version":"{}","scenarios":[{}],"grids":[{}]}})",
                                            MAILTLS_VERSION, suite_, grids_)));
    out.add("<script>" + program() + "</script>\n");
    const std::string wrong = parts_->copy_to(out);
    if (!wrong.empty()) return path_ + ": " + wrong;
    out.add("</body>\n</html>\n");
    return out.finish();
}

}  // namespace report
