// Who may write a store: one process, the holder of a lock on the file beside it.
//
// Must not:  know what a store is.
// Invariant: the lock ends with its process, however that ends; the file stays, and tells of the
//            last holder.
#pragma once

#include <string>

namespace lockstep::sweep {

class WriterLock {
public:
    // Throws ConfigError where another one holds it: which process, on which host, since when;
    // std::runtime_error, with errno, where the file cannot be made.
    explicit WriterLock(const std::string& store);

private:
    struct File {
        File() = default;
        ~File();
        File(const File&) = delete;
        File& operator=(const File&) = delete;
        int number = -1;
    };
    File file_;
};

}  // namespace lockstep::sweep
