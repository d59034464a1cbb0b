#include <lockstep/command.hpp>

int main(int count, char** words) { return lockstep::run_command(count, words); }
