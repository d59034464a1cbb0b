// The tables of a store, and how to recognize one.
//
// Owns:      the schema and its version.
// Must not:  read or write rows.
// Invariant: a database that passes has exactly our tables, word for word.
#pragma once

#include "tools/store/sqlite.hpp"

namespace lockstep::sweep {

// "LSTP", in the header of every store's file.
inline constexpr int application_id = 0x4C535450;
// Raised with every change to a table or a record.
inline constexpr int schema_version = 2;

// Whether it is still empty: an empty file, or one whose creation was cut short. Throws ConfigError
// if it belongs to another program or version, or has other tables than ours.
bool blank(Database& database);
// For a blank database, within the caller's transaction.
void make_tables(Database& database);
// Reads all pages. Throws ConfigError if they do not form sound trees.
void check_pages(Database& database);

}  // namespace lockstep::sweep
