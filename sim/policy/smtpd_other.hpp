#pragma once
// Statements of smtpd.conf that say nothing of where mail goes and how: read for what others name,
// and for what is wrong with them.
#include "sim/policy/smtpd_statement.hpp"

namespace policy::smtpd {

/// Behind its first word, `name`. False: it is none of these.
bool read_other(Statement& s, std::string_view name);
/// Their first words.
const Words& other_statements();
/// filter NAME or filter {…}, behind the word.
void read_filters(Statement& s);
/// match and action have its like: a table of a kind that is asked for a key, or a list.
void read_mapping(Statement& s, std::string_view option);

}  // namespace policy::smtpd
