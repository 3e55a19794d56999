"""Who makes which document: a registry that every file of this folder adds to.

example: @makes("letter-cairo", letter, "cairo, toy text") def cairo(document, path): …
"""
import subprocess
from dataclasses import dataclass
from typing import Callable

MADE = []


@dataclass
class Made:
    """One document: by whom, of what, and what the viewer must do with it."""
    name: str
    document: Callable
    about: str
    make: Callable
    expect: str
    after: str | None
    pages: int | None
    # A program of hundreds of megabytes: where it is missing, what it made last is taken.
    needs: str | None


def makes(name, document, about, expect="shown", after=None, pages=None, needs=None):
    """Registers a maker. `after`: the document of that name is made into this one, so that it is about the same person. `needs`: without that program, kept/NAME.pdf is taken."""
    def keep(make):
        MADE.append(Made(name, document, about, make, expect, after, pages, needs))
        return make
    return keep


def call(*command, feed=None, cwd=None, env=None, ok=(0,)):
    """Runs a program to its end; what it said is the error where it fails."""
    done = subprocess.run([str(c) for c in command], input=feed, capture_output=True, cwd=cwd, env=env, timeout=240)
    if done.returncode not in ok:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {(done.stdout + done.stderr)[-1500:].decode(errors='replace')}")
    return done.stdout
