// The whole command, with a world of one's own: ./my_lockstep train Rocket-v0 ppo
#include <lockstep/command.hpp>

int main(int count, char** words) { return lockstep::run_command(count, words); }
