// SQLite's file calls on a CrashDisk.
#pragma once

#include "tests/tools/store/crash_disk.hpp"

namespace lockstep::test {

std::unique_ptr<sqlite3_vfs> make_vfs(CrashDisk& disk);

}  // namespace lockstep::test
