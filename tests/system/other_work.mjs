// Work that shares this machine with the tests, such as the builds of .ci/run. It pauses while a test counts every late
// answer. The variable POLLUX_TESTS_PAUSE names its process group; without it nothing happens.
function signal(name) {
  const group = Number(process.env.POLLUX_TESTS_PAUSE);
  if (!group) {
    return;
  }
  try {
    process.kill(-group, name);
  } catch (error) {
    if (error.code !== "ESRCH") {
      throw error; // ESRCH: that work has ended
    }
  }
}

export const pauseOtherWork = () => signal("SIGSTOP");
export const continueOtherWork = () => signal("SIGCONT");
