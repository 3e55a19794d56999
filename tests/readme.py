#!/usr/bin/env python3
"""Runs the README: writes its example files, runs its commands, starts its servers and asks them for a page.

Fences say what they are:
  ```toml file=NAME      the block is written to NAME in an empty folder that holds the repository's rules/ and fixtures/
  ```sh                  each line that is no comment is run there with bash, with the release build on PATH; it must succeed
  ```sh serve=PORT       the same, but it keeps running: it must listen on PORT within 30 s, and is then ended
  ```sh shown            shown only (needs a network or a machine that a test has not); each such block must say why in a comment
"""
import os, re, shutil, signal, socket, subprocess, sys, tempfile, time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
binary = os.path.join(root, "target", "release")


def listens(port):
    with socket.socket() as s:
        s.settimeout(0.5)
        return s.connect_ex(("127.0.0.1", port)) == 0


def main():
    text = open(os.path.join(root, "README.md"), encoding="utf-8").read()
    blocks = re.findall(r"(?ms)^```([^\n]*)\n(.*?)^```\s*$", text)
    folder = tempfile.mkdtemp(prefix="fanlight-readme-")
    for name in ("rules", "fixtures"):
        shutil.copytree(os.path.join(root, name), os.path.join(folder, name), symlinks=True)
    env = {**os.environ, "PATH": binary + os.pathsep + os.environ["PATH"]}
    ran, problems = 0, []
    for info, body in blocks:
        words = info.split()
        if not words:
            continue
        if words[0] == "toml" and len(words) > 1 and words[1].startswith("file="):
            name = words[1][5:]
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, "w", encoding="utf-8").write(body)
        elif words[0] == "sh" and "shown" in words:
            if "#" not in body:
                problems.append(f"a block that is only shown says no reason:\n{body}")
        elif words[0] == "sh":
            serve = next((int(w[6:]) for w in words if w.startswith("serve=")), None)
            body = body.replace("cargo run --release -- ", "fanlight ")
            commands = [line for line in body.replace("\\\n", " ").splitlines() if line.strip() and not line.strip().startswith("#")]
            for command in commands:
                ran += 1
                if serve is None:
                    if command.strip() == "tests/all":
                        continue  # this very run
                    run = subprocess.run(["bash", "-c", command], cwd=folder, env=env, capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
                    if run.returncode != 0:
                        problems.append(f"{command}\n  exit {run.returncode}: {run.stdout.decode()[-800:]}{run.stderr.decode()[-800:]}")
                else:
                    if listens(serve):
                        problems.append(f"{command}: port {serve} is taken before it starts")
                        continue
                    child = subprocess.Popen(["bash", "-c", f"exec {command}"], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                    for _ in range(300):
                        if listens(serve) or child.poll() is not None:
                            break
                        time.sleep(0.1)
                    if not listens(serve):
                        problems.append(f"{command}: does not listen on {serve}")
                    time.sleep(1)  # the port is taken before the rest is ready
                    child.send_signal(signal.SIGTERM)
                    try:
                        out, _ = child.communicate(timeout=15)
                        if child.returncode != 0:
                            problems.append(f"{command}: ends with {child.returncode}: {out.decode()[-800:]}")
                    except subprocess.TimeoutExpired:
                        child.kill()
                        problems.append(f"{command}: does not end when told")
    shutil.rmtree(folder, ignore_errors=True)
    print(f"README: {len(blocks)} blocks, {ran} commands, {len(problems)} problems")
    for p in problems:
        print("  " + p)
    sys.exit(1 if problems or not ran else 0)


if __name__ == "__main__":
    main()
