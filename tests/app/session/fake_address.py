"""The address bar of a session without a browser."""


class FakeAddress(dict):
    """Parameters as `st.query_params` has them: a list for several values, else text."""

    def __setitem__(self, name, values):
        several = [values] if isinstance(values, str) else list(values)
        super().__setitem__(name, several[0] if len(several) == 1 else several)

    def get_all(self, name):
        values = self.get(name, [])
        return [values] if isinstance(values, str) else list(values)
