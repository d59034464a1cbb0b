// The tables of a store, and which files are one.
//
// Owns:      the schema and its version.
// Must not:  read or write rows.
// Invariant: a database that passes has our tables, word for word.
#pragma once

#include "tools/store/sqlite.hpp"

namespace lockstep::sweep {

// "LSTP", in the header of every store's file.
inline constexpr int application_id = 0x4C535450;
// Raised with every change of a table or a record.
inline constexpr int schema_version = 2;

// Whether there is nothing in it yet: an empty file, or one whose creation was cut short. Throws
// ConfigError where it is another program's, another version's, or has other tables than ours.
bool blank(Database& database);
// Of a blank one; within the caller's transaction.
void make_tables(Database& database);
// Reads all pages. Throws ConfigError where they do not make sound trees.
void check_pages(Database& database);

}  // namespace lockstep::sweep
